import { createHash } from "node:crypto";

import type { HttpRequest, HttpResponse, HttpStack } from "tus-js-client";

/** What becomes of one request. */
export type Fault =
  | "none"
  /** It never arrives. */
  | "lost"
  /** It arrives and counts, and the answer is lost. */
  | "unanswered"
  /** It arrives twice, as after a retry somewhere on the way. */
  | "twice"
  /** The first half of the body arrives, then the connection breaks. */
  | "half"
  /** A bit of the body is turned. */
  | "flipped"
  | "busy"
  | "full"
  /** The server forgets its unfinished uploads before it looks at the request. */
  | "forgets"
  /** The app dies before, or after, the server has done its part. */
  | "diesBefore"
  | "diesAfter";

interface Upload {
  metadata: Record<string, string>;
  length: number;
  bytes: Uint8Array;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export const ENDPOINT = "https://server.example/api/v1/uploads/";
const NO_ANSWER: Answer = { status: 0 };

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** tus 1.0 as our server speaks it, in memory. A finished upload is a recording; the same id is the same one. */
export class FakeServer {
  readonly recordings = new Map<string, Uint8Array>();
  readonly conversationOf = new Map<string, string>();
  /** How often a recording was made new. */
  readonly made = new Map<string, number>();
  private readonly uploads = new Map<string, Upload>();
  private nextUpload = 1;

  forgetUploads(): void {
    this.uploads.clear();
  }

  answer(
    method: string,
    url: string,
    headers: ReadonlyMap<string, string>,
    body: Uint8Array,
  ): Answer {
    if (method === "POST") return this.create(headers);
    const upload = this.uploads.get(url);
    if (upload === undefined) return problem(404, "not_found");
    if (method === "HEAD") {
      return { status: 200, headers: { ...offsetOf(upload), "Upload-Length": `${upload.length}` } };
    }
    if (Number(headers.get("upload-offset")) !== upload.bytes.byteLength) {
      return problem(409, "upload_offset");
    }
    return this.take(url, upload, body);
  }

  private create(headers: ReadonlyMap<string, string>): Answer {
    const pairs = (headers.get("upload-metadata") ?? "").split(",").map((pair) => pair.split(" "));
    const metadata = Object.fromEntries(
      pairs.map(([key, value]) => [key, Buffer.from(value ?? "", "base64").toString("utf8")]),
    ) as Record<string, string>;
    const url = `${ENDPOINT}${this.nextUpload++}`;
    const length = Number(headers.get("upload-length"));
    this.uploads.set(url, { metadata, length, bytes: new Uint8Array() });
    return { status: 201, headers: { Location: url } };
  }

  private take(url: string, upload: Upload, body: Uint8Array): Answer {
    upload.bytes = Buffer.concat([upload.bytes, body]);
    if (upload.bytes.byteLength < upload.length) return { status: 204, headers: offsetOf(upload) };
    if (sha256(upload.bytes) !== upload.metadata.sha256) {
      this.uploads.delete(url);
      return problem(422, "audio_damaged");
    }
    const id = upload.metadata.recording_id ?? "";
    if (!this.recordings.has(id)) {
      this.recordings.set(id, upload.bytes);
      this.conversationOf.set(id, upload.metadata.conversation_id ?? "");
      this.made.set(id, (this.made.get(id) ?? 0) + 1);
    }
    return { status: 204, headers: offsetOf(upload) };
  }
}

function offsetOf({ bytes }: Upload): Record<string, string> {
  return { "Upload-Offset": `${bytes.byteLength}` };
}

function problem(status: number, code: string): Answer {
  return { status, body: JSON.stringify({ code, detail: code }) };
}

/** The way there and back, with whatever `fault` says of each request. */
export function faultyStack(server: FakeServer, fault: () => Fault, die: () => void): HttpStack {
  const carry = (method: string, url: string, headers: Map<string, string>, body: Uint8Array) => {
    const reach = (sent = body): Answer => server.answer(method, url, headers, sent);
    switch (fault()) {
      case "none":
        return reach();
      case "lost":
        return NO_ANSWER;
      case "unanswered":
        reach();
        return NO_ANSWER;
      case "twice":
        reach();
        return reach();
      case "half":
        if (method === "PATCH") reach(body.slice(0, body.byteLength >> 1));
        return NO_ANSWER;
      case "flipped":
        return reach(body.map((byte, index) => (index === 0 ? byte ^ 1 : byte)));
      case "busy":
        return problem(503, "server_error");
      case "full":
        return problem(507, "storage_full");
      case "forgets":
        server.forgetUploads();
        return reach();
      case "diesBefore":
        die();
        return null;
      case "diesAfter":
        reach();
        die();
        return null;
    }
  };
  return {
    getName: () => "FaultyStack",
    createRequest: (method, url) => new FaultyRequest(method, url, carry),
  };
}

type Carry = (
  method: string,
  url: string,
  headers: Map<string, string>,
  body: Uint8Array,
) => Answer | null;

class FaultyRequest implements HttpRequest {
  private readonly headers = new Map<string, string>();
  private readonly method: string;
  private readonly url: string;
  private readonly carry: Carry;

  constructor(method: string, url: string, carry: Carry) {
    this.method = method;
    this.url = url;
    this.carry = carry;
  }

  getMethod = (): string => this.method;
  getURL = (): string => this.url;
  setHeader = (name: string, value: string): void =>
    void this.headers.set(name.toLowerCase(), value);
  getHeader = (name: string): string | undefined => this.headers.get(name.toLowerCase());
  setProgressHandler = (): void => undefined;
  abort = (): Promise<void> => Promise.resolve();
  getUnderlyingObject = (): null => null;

  send(body: unknown): Promise<HttpResponse> {
    const bytes = body instanceof Uint8Array ? body : new Uint8Array();
    const answer = this.carry(this.method, this.url, this.headers, bytes);
    if (answer === null) return new Promise(() => undefined);
    if (answer.status === 0) return Promise.reject(new Error("The connection broke."));
    const headers = new Map(
      Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    );
    return Promise.resolve({
      getStatus: () => answer.status,
      getHeader: (name: string) => headers.get(name.toLowerCase()),
      getBody: () => answer.body ?? "",
      getUnderlyingObject: () => null,
    });
  }
}
