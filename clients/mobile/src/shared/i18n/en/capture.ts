export const capture = {
  start: "Start recording",
  stop: "Stop recording",
  preparing: "Waiting for the microphone…",
  saving: "Saving…",
  idleHint: "Press, speak, press again. The captions come while you speak.",
  recordingHint: "Recording. Everything is kept on this phone as it is said.",
  interrupted:
    "The microphone was taken away, perhaps by a call. What was recorded is kept, and it goes on by itself.",
  foregroundOnly:
    "Keep this app open: it cannot record with the screen locked. On Android, allow notifications so that it can.",
  storageFailed:
    "This phone cannot store the recording. Is its memory full? Free some, then record again.",
  elapsed: "Recorded so far: {{time}}",
  recovered_one: "{{count}} part was found that had not been ended. It is sent now.",
  recovered_other: "{{count}} parts were found that had not been ended. They are sent now.",
  problem: {
    permission_denied:
      "The microphone is not allowed. Allow it in the settings of this phone, then press the button again.",
    no_microphone: "No microphone was found. Connect one, then press the button again.",
    microphone_busy: "The microphone does not start. Another app may be using it.",
  },
};
