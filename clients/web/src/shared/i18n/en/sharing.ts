export const sharing = {
  open: "Share the captions",
  explain:
    "Whoever has the link reads the words of this conversation without an account. There is no audio in it. You can end it at any time.",
  days: "The link opens for",
  dayCount_one: "{{count}} day",
  dayCount_other: "{{count}} days",
  withEmotion: "Show how lines sound",
  make: "Make a link",
  qrLabel: "QR code of the link",
  address: "Address of the link",
  copy: "Copy the link",
  copied: "Copied",
  onlyNow: "The link is shown this once. Afterwards you can end it, and make another.",
  openLinks: "Open links",
  link: "Until {{moment}}",
  linkWithEmotion: "Until {{moment}}, with how it sounds",
  end: "End",
  readTitle: "Shared captions",
  estimate:
    "The words in brackets say how a voice sounds. It is an estimate, not what a person feels.",
  nothing: "Nothing was said in it.",
  until: "This page can be read until {{moment}}, unless its owner ends it sooner.",
};
