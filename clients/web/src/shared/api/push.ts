import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { components } from "@api/openapi.gen";

import { api, bodyOf } from "./client";
import { queryKeys } from "./query-keys";

export type PushDevice = components["schemas"]["Device"];
export type NewPushDevice = components["schemas"]["NewDeviceRequest"];

export async function getPushKey(): Promise<string> {
  return bodyOf(await api.GET("/api/v1/push/key")).public_key;
}

export async function registerPushDevice(device: NewPushDevice): Promise<PushDevice> {
  return bodyOf(await api.POST("/api/v1/push/devices", { body: device }));
}

export async function forgetPushDevice(id: string): Promise<void> {
  await api.DELETE("/api/v1/push/devices/{device_id}", { params: { path: { device_id: id } } });
}

export type Webhook = components["schemas"]["Webhook"];
export type CreatedWebhook = components["schemas"]["CreatedWebhook"];
export type Delivery = components["schemas"]["Delivery"];

export function useWebhooks() {
  return useQuery({
    queryKey: queryKeys.webhooks,
    queryFn: async () => bodyOf(await api.GET("/api/v1/webhooks")),
  });
}

export function useWebhookLog(id: string, enabled: boolean) {
  return useQuery({
    queryKey: [...queryKeys.webhooks, id],
    queryFn: async () => {
      const params = { path: { webhook_id: id } };
      return bodyOf(await api.GET("/api/v1/webhooks/{webhook_id}/deliveries", { params })).results;
    },
    enabled,
    refetchInterval: 5000,
  });
}

/** Each tells the list of webhooks to look again. */
export function useWebhookActions() {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: queryKeys.webhooks });
  const create = useMutation({
    mutationFn: async (url: string) =>
      bodyOf(await api.POST("/api/v1/webhooks", { body: { url } })),
    onSettled,
  });
  const change = useMutation({
    mutationFn: async ({ id, is_enabled }: { id: string; is_enabled: boolean }) => {
      const params = { path: { webhook_id: id } };
      await api.PATCH("/api/v1/webhooks/{webhook_id}", { params, body: { is_enabled } });
    },
    onSettled,
  });
  const remove = useMutation({
    mutationFn: async (id: string) => {
      await api.DELETE("/api/v1/webhooks/{webhook_id}", { params: { path: { webhook_id: id } } });
    },
    onSettled,
  });
  const test = useMutation({
    mutationFn: async (id: string) => {
      const params = { path: { webhook_id: id } };
      await api.POST("/api/v1/webhooks/{webhook_id}/test", { params });
    },
    onSettled,
  });
  return { create, change, remove, test };
}
