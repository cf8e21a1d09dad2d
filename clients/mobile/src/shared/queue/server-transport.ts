import { CryptoDigestAlgorithm, digest } from "expo-crypto";

import { accessHeaders, bodyOf } from "@/shared/api/client";
import type { Access, Api } from "@/shared/api/client";
import { ApiProblem } from "@/shared/api/problem";

import type { ServerSays, Transport } from "./transport";
import { tusUpload } from "./tus-upload";

const NOT_FOUND = 404;

/** The way to a real server. */
export function serverTransport(access: Access, api: Api): Transport {
  return {
    look: (id) => look(api, id),
    send: (item, file, options) =>
      tusUpload(item, file, options, {
        endpoint: `${access.server}/api/v1/uploads/`,
        headers: () => accessHeaders(access),
        digest: sha256,
      }),
  };
}

async function look(api: Api, id: string): Promise<ServerSays> {
  try {
    const params = { path: { recording_id: id } };
    const recording = bodyOf(await api.GET("/api/v1/recordings/{recording_id}", { params }));
    return { found: true, analysisDone: recording.analysis.state === "done" };
  } catch (error) {
    if (error instanceof ApiProblem && error.status === NOT_FOUND) return { found: false };
    throw error;
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await digest(CryptoDigestAlgorithm.SHA256, bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
