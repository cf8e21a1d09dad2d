export * from "@api/backoff";
