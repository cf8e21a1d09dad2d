import type { sharing as en } from "../en/sharing";

export const sharing: typeof en = {
  open: "자막 공유",
  explain:
    "링크를 가진 사람은 계정 없이 이 대화의 글을 읽을 수 있어요. 소리는 들어 있지 않아요. 언제든지 끊을 수 있어요.",
  days: "링크를 쓸 수 있는 기간",
  dayCount_one: "{{count}}일",
  dayCount_other: "{{count}}일",
  withEmotion: "어떻게 들리는지도 보여 주기",
  make: "링크 만들기",
  qrLabel: "링크의 QR 코드",
  address: "링크 주소",
  copy: "링크 복사",
  copied: "복사했어요",
  onlyNow: "링크는 지금 한 번만 보여요. 나중에는 끊고 새로 만들 수 있어요.",
  openLinks: "열린 링크",
  link: "{{moment}}까지",
  linkWithEmotion: "{{moment}}까지, 어떻게 들리는지도 포함",
  end: "끊기",
  endNamed: "끊기: {{link}}",
  readTitle: "공유된 자막",
  estimate: "괄호 안의 말은 목소리가 어떻게 들리는지 짐작한 것이지 사람의 마음이 아니에요.",
  nothing: "말이 없어요.",
  until: "이 페이지는 {{moment}}까지 읽을 수 있어요. 만든 사람이 그 전에 끊을 수도 있어요.",
};
