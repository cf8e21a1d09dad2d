import { sendCode, signIn } from "@/shared/api/allauth";
import { ApiProblem } from "@/shared/api/problem";

const SERVER = "https://captions.example.org";
const WHO = { email: "a@example.org", password: "correct horse" };
const OPTIONS = { signUp: false, language: "ko" };

/** The next answer of the server; returns what was asked. */
function answering(status: number, body: unknown): jest.SpyInstance {
  const response = { status, json: () => Promise.resolve(body) } as Response;
  return jest.spyOn(globalThis, "fetch").mockResolvedValue(response);
}

afterEach(() => jest.restoreAllMocks());

test("a password is enough where there is no second factor", async () => {
  const asked = answering(200, { meta: { session_token: "t1" } });
  expect(await signIn(SERVER, WHO, OPTIONS)).toEqual({ token: "t1", needsCode: false });
  const [url, init] = asked.mock.calls[0] as [string, RequestInit];
  expect(url).toBe("https://captions.example.org/_allauth/app/v1/auth/login");
  expect(init.credentials).toBe("omit");
  expect(JSON.parse(init.body as string)).toEqual(WHO);
});

test("a second factor is asked for, and its code ends the sign-in", async () => {
  const flows = [{ id: "login" }, { id: "mfa_authenticate", is_pending: true }];
  answering(401, { data: { flows }, meta: { session_token: "half" } });
  expect(await signIn(SERVER, WHO, OPTIONS)).toEqual({ token: "half", needsCode: true });
  const asked = answering(200, { meta: { session_token: "whole" } });
  expect(await sendCode(SERVER, "half", " 123456 ")).toEqual({ token: "whole", needsCode: false });
  const [url, init] = asked.mock.calls.at(-1) as [string, RequestInit];
  expect(url).toBe("https://captions.example.org/_allauth/app/v1/auth/2fa/authenticate");
  expect(init.headers).toMatchObject({ "X-Session-Token": "half" });
  expect(init.body).toBe('{"code":"123456"}');
});

test("an address that must be confirmed first is told as that", async () => {
  answering(401, { data: { flows: [{ id: "verify_email", is_pending: true }] }, meta: {} });
  await expect(signIn(SERVER, WHO, OPTIONS)).rejects.toMatchObject({
    status: 401,
    code: "email_verification_pending",
  });
});

test("what is wrong with a field comes with the field", async () => {
  const errors = [{ param: "password", code: "email_password_mismatch", message: "No." }];
  answering(400, { errors });
  const refused = await signIn(SERVER, WHO, OPTIONS).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiProblem);
  expect((refused as ApiProblem).fields).toEqual([
    { field: "password", code: "email_password_mismatch", detail: "No." },
  ]);
});

test("no connection is a network problem", async () => {
  jest.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("failed"));
  await expect(signIn(SERVER, WHO, OPTIONS)).rejects.toMatchObject({ status: 0, code: "network" });
});
