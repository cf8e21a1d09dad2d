import { serverAddress } from "@/shared/server/address";

test.each([
  ["captions.example.org", "https://captions.example.org"],
  ["https://captions.example.org/", "https://captions.example.org"],
  ["HTTPS://Captions.Example.org:8443", "https://captions.example.org:8443"],
  ["192.168.0.10:8000", "http://192.168.0.10:8000"],
  ["http://192.168.0.10:8000", "http://192.168.0.10:8000"],
  ["https://192.168.0.10", "https://192.168.0.10"],
  ["localhost:8000", "http://localhost:8000"],
  ["10.0.0.7", "http://10.0.0.7"],
  ["172.31.2.3", "http://172.31.2.3"],
  ["living-room.local", "http://living-room.local"],
  ["server:8000", "http://server:8000"],
  ["http://[fd12::1]:8000", "http://[fd12::1]:8000"],
])("%s is %s", (typed, url) => {
  expect(serverAddress(`  ${typed} `)).toEqual({ url });
});

test.each([
  ["", "empty"],
  ["http://captions.example.org", "needsHttps"],
  ["http://172.32.0.1", "needsHttps"],
  ["http://8.8.8.8", "needsHttps"],
  ["http://10.0.0.1.example.org", "needsHttps"],
  ["http://[2001:db8::1]", "needsHttps"],
  ["http://evil.example/local", "malformed"],
  ["ftp://captions.example.org", "malformed"],
  ["https://user@captions.example.org", "malformed"],
  ["captions..example.org", "malformed"],
  ["192.168.0.10:99999", "malformed"],
  ["what is this", "malformed"],
])("%s is refused: %s", (typed, problem) => {
  expect(serverAddress(typed)).toEqual({ problem });
});
