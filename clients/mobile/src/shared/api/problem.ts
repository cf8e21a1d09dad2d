export * from "@api/problem";
