import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../client";
import { queryKeys } from "../query-keys";
import type { CareInvite, CareTerms } from "../types";

/** The links of an owner. */
export function useCareLinks() {
  return useQuery({
    queryKey: queryKeys.careLinks,
    queryFn: async () => bodyOf(await api.GET("/api/v1/care/links")),
  });
}

function useRefresh() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: queryKeys.care });
}

export function useInvite() {
  return useMutation({
    mutationFn: async (body: CareInvite) => bodyOf(await api.POST("/api/v1/care/links", { body })),
    onSuccess: useRefresh(),
  });
}

const of = (linkId: string) => ({ params: { path: { link_id: linkId } } });

export function useRenewCode() {
  return useMutation({
    mutationFn: async (linkId: string) =>
      bodyOf(await api.POST("/api/v1/care/links/{link_id}/code", of(linkId))),
    onSuccess: useRefresh(),
  });
}

export function useChangeLink() {
  return useMutation({
    mutationFn: async ({ linkId, terms }: { linkId: string; terms: CareTerms }) =>
      bodyOf(await api.PATCH("/api/v1/care/links/{link_id}", { ...of(linkId), body: terms })),
    onSuccess: useRefresh(),
  });
}

export function usePauseLink() {
  return useMutation({
    mutationFn: async ({ linkId, is_paused }: { linkId: string; is_paused: boolean }) =>
      bodyOf(
        await api.POST("/api/v1/care/links/{link_id}/pause", {
          ...of(linkId),
          body: { is_paused },
        }),
      ),
    onSuccess: useRefresh(),
  });
}

/** From either side. */
export function useEndLink() {
  return useMutation({
    mutationFn: async (linkId: string) => {
      await api.DELETE("/api/v1/care/links/{link_id}", of(linkId));
    },
    onSuccess: useRefresh(),
  });
}

export function useLinkNotes(linkId: string) {
  return useQuery({
    queryKey: queryKeys.careLinkNotes(linkId),
    queryFn: async () =>
      bodyOf(await api.GET("/api/v1/care/links/{link_id}/notes", of(linkId))).results,
  });
}

export function useAccessLog() {
  return useQuery({
    queryKey: queryKeys.careAccess,
    queryFn: async () => bodyOf(await api.GET("/api/v1/care/access")).results,
  });
}
