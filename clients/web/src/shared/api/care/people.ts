import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../client";
import { queryKeys } from "../query-keys";
import type { NewAlertRule } from "../types";

const of = (linkId: string) => ({ params: { path: { link_id: linkId } } });

/** The persons whom one cares for. */
export function usePeople() {
  return useQuery({
    queryKey: queryKeys.people,
    queryFn: async () => bodyOf(await api.GET("/api/v1/care/people")),
  });
}

/** One of them. Under the key of the list: what is read through the link has a key that can be dropped. */
export function usePerson(linkId: string) {
  return useQuery({
    queryKey: [...queryKeys.people, linkId],
    queryFn: async () => bodyOf(await api.GET("/api/v1/care/people/{link_id}", of(linkId))),
  });
}

export function useSharedConversations(linkId: string) {
  return useQuery({
    queryKey: queryKeys.ofPerson(linkId, "conversations"),
    queryFn: async () =>
      bodyOf(await api.GET("/api/v1/care/people/{link_id}/conversations", of(linkId))),
  });
}

export function useNotes(linkId: string) {
  return useQuery({
    queryKey: queryKeys.ofPerson(linkId, "notes"),
    queryFn: async () =>
      bodyOf(await api.GET("/api/v1/care/people/{link_id}/notes", of(linkId))).results,
  });
}

export function useAlertRules(linkId: string) {
  return useQuery({
    queryKey: queryKeys.ofPerson(linkId, "rules"),
    queryFn: async () => bodyOf(await api.GET("/api/v1/care/people/{link_id}/rules", of(linkId))),
  });
}

export function useAlerts(linkId: string) {
  return useQuery({
    queryKey: queryKeys.ofPerson(linkId, "alerts"),
    queryFn: async () =>
      bodyOf(await api.GET("/api/v1/care/people/{link_id}/alerts", of(linkId))).results,
  });
}

function useRefresh(linkId: string) {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: queryKeys.person(linkId) }),
      queries.invalidateQueries({ queryKey: queryKeys.people }),
    ]);
}

export function useAddNote(linkId: string) {
  return useMutation({
    mutationFn: async (text: string) =>
      bodyOf(
        await api.POST("/api/v1/care/people/{link_id}/notes", { ...of(linkId), body: { text } }),
      ),
    onSuccess: useRefresh(linkId),
  });
}

export function useDeleteNote(linkId: string) {
  return useMutation({
    mutationFn: async (note_id: string) => {
      await api.DELETE("/api/v1/care/people/{link_id}/notes/{note_id}", {
        params: { path: { link_id: linkId, note_id } },
      });
    },
    onSuccess: useRefresh(linkId),
  });
}

export function useAddRule(linkId: string) {
  return useMutation({
    mutationFn: async (body: NewAlertRule) =>
      bodyOf(await api.POST("/api/v1/care/people/{link_id}/rules", { ...of(linkId), body })),
    onSuccess: useRefresh(linkId),
  });
}

export function useDeleteRule(linkId: string) {
  return useMutation({
    mutationFn: async (rule_id: string) => {
      await api.DELETE("/api/v1/care/people/{link_id}/rules/{rule_id}", {
        params: { path: { link_id: linkId, rule_id } },
      });
    },
    onSuccess: useRefresh(linkId),
  });
}

export function useSeeAlert(linkId: string) {
  return useMutation({
    mutationFn: async (alert_id: string) =>
      bodyOf(
        await api.POST("/api/v1/care/people/{link_id}/alerts/{alert_id}/seen", {
          params: { path: { link_id: linkId, alert_id } },
        }),
      ),
    onSuccess: useRefresh(linkId),
  });
}
