import type { SystemNotices } from "@/shared/notices/notices";

/** A tab has none of its own: the web client offers notices of the browser. */
export const systemNotices: SystemNotices = {
  isAvailable: false,
  askPermission: () => Promise.resolve(false),
  address: () => Promise.reject(new Error("There are no notices here.")),
  onTap: () => () => undefined,
};
