import { execFileSync } from "node:child_process";

interface Introspected {
  _internal: {
    modResults: {
      ios: { infoPlist: Record<string, unknown> };
      android: {
        manifest: {
          manifest: {
            "uses-permission": { $: Record<string, string> }[];
            application: { $: Record<string, string>; service: { $: Record<string, string> }[] }[];
          };
        };
      };
    };
  };
}

/** What a build would get, as Expo says it. */
function introspect() {
  const expo = require.resolve("expo/bin/cli");
  const output = execFileSync(
    process.execPath,
    [expo, "config", "--type", "introspect", "--json"],
    {
      encoding: "utf8",
      env: { ...process.env, EXPO_OFFLINE: "1", CI: "1" },
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  const { ios, android } = (JSON.parse(output) as Introspected)._internal.modResults;
  return { infoPlist: ios.infoPlist, manifest: android.manifest.manifest };
}

const { infoPlist, manifest } = introspect();

test("Android asks for the microphone, its foreground service and nothing that we do not need", () => {
  const asked = manifest["uses-permission"]
    .filter(({ $ }) => $["tools:node"] !== "remove")
    .map(({ $ }) => ($["android:name"] ?? "").replace("android.permission.", ""));
  expect(asked.sort()).toEqual([
    "FOREGROUND_SERVICE",
    "FOREGROUND_SERVICE_MICROPHONE",
    "INTERNET",
    "MODIFY_AUDIO_SETTINGS",
    "POST_NOTIFICATIONS",
    "RECORD_AUDIO",
    "VIBRATE",
    "WAKE_LOCK",
  ]);
  const service = manifest.application[0]?.service.find(({ $ }) =>
    $["android:name"]?.endsWith("AudioRecordingService"),
  );
  expect(service?.$["android:foregroundServiceType"]).toBe("microphone");
  expect(manifest.application[0]?.$["android:allowBackup"]).toBe("false");
});

test("iOS records in the background, says what for, and allows plain http at home only", () => {
  expect(infoPlist.UIBackgroundModes).toEqual(expect.arrayContaining(["audio", "processing"]));
  expect(infoPlist.NSMicrophoneUsageDescription).toContain("between your two presses");
  expect(infoPlist.NSAppTransportSecurity).toEqual({ NSAllowsLocalNetworking: true });
  expect(infoPlist.UISupportedInterfaceOrientations).toContain(
    "UIInterfaceOrientationLandscapeLeft",
  );
});
