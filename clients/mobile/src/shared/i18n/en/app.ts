export const app = {
  name: "RecognitionHelpers",
  tagline: "Read what was said, and how it sounded.",
  loading: "Loading…",
  tryAgain: "Try again",
  cancel: "Cancel",
  close: "Close",
  record: "Record",
  queue: "On the way",
  history: "History",
  settings: "Settings",
  notFound: "There is nothing here.",
  home: "Back to recording",
  broken: "This screen stopped working. Nothing that you recorded is lost.",
  storageBroken:
    "This phone's store cannot be opened. Nothing is deleted: restart the phone and open the app again.",
  offline: "No connection. Recording works; it is sent when there is one.",
};
