export const care = {
  title: "Invite a caregiver",
  explain:
    "Somebody whom you trust can see what you choose here, and nothing else. You can end it at any time.",
  name: "Their name",
  sees: "They may see",
  scopes: {
    timeline: "how it sounded",
    transcript: "and the words",
    audio: "and hear the audio",
  },
  invite: "Make an invitation",
  scan: "Let them scan this with their phone, or send it to them.",
  qrLabel: "QR code of the invitation",
  send: "Send the invitation",
  endHint: "Pause, change or end it under Caregivers on the server's web page.",
};
