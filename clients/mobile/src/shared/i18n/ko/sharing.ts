import type { sharing as en } from "../en/sharing";

export const sharing: typeof en = {
  open: "자막 공유",
  title: "자막 공유",
  explain:
    "링크를 가진 사람은 계정 없이 이 대화의 글을 읽을 수 있어요. 소리는 들어 있지 않아요. 언제든지 끊을 수 있어요.",
  days: "링크가 열리는 동안",
  dayChoices: { one: "1일", week: "7일", month: "30일" },
  withEmotion: "어떻게 들리는지도 보여 주기",
  withEmotionHint: "목소리를 듣고 짐작한 것이지 사람의 마음이 아니에요.",
  make: "링크 만들기",
  qrLabel: "링크의 QR 코드",
  send: "링크 보내기",
  copied: "복사했어요. 메시지에 붙여 넣으세요.",
  onlyNow: "링크는 지금 한 번만 보여요. 나중에는 끊고 새로 만들 수 있어요.",
  openLinks: "이 대화의 열린 링크",
  none: "열린 링크가 없어요.",
  link: "{{moment}}까지",
  linkWithEmotion: "{{moment}}까지, 어떻게 들리는지도 포함",
  end: "끊기",
  endLabel: "{{moment}}까지 열린 링크 끊기",
};
