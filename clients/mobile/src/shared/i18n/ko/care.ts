import type { care as en } from "../en/care";

export const care: typeof en = {
  title: "보호자 초대",
  explain: "믿는 사람이 여기에서 고른 것만 볼 수 있어요. 언제든지 끝낼 수 있어요.",
  name: "보호자 이름",
  sees: "볼 수 있는 것",
  scopes: {
    timeline: "목소리의 느낌",
    transcript: "말한 내용까지",
    audio: "소리까지",
  },
  invite: "초대 만들기",
  scan: "보호자의 휴대폰으로 이 코드를 찍게 하거나 보내 주세요.",
  qrLabel: "초대 QR 코드",
  send: "초대 보내기",
  endHint: "서버 웹 화면의 돌봄 메뉴에서 멈추거나 바꾸거나 끝낼 수 있어요.",
};
