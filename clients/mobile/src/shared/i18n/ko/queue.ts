import type { queue as en } from "../en/queue";

export const queue: typeof en = {
  title: "서버로 보내는 중",
  empty: "이 휴대폰에서 녹음한 것이 아직 없어요.",
  all: "이 휴대폰의 모든 녹음",
  conversation: "{{moment}} · {{time}}",
  recovered: "앱이 갑자기 꺼진 뒤에 찾은 녹음이 들어 있어요.",
  wifiOnly: "설정에서 고른 대로 와이파이를 기다리고 있어요.",
  sendAgain: "지금 다시 시도",
  discard: "이 휴대폰에서 삭제",
  place: {
    phone_one: "휴대폰에 {{count}}개",
    phone_other: "휴대폰에 {{count}}개",
    way_one: "보내는 중 {{count}}개",
    way_other: "보내는 중 {{count}}개",
    safe_one: "서버에 안전하게 {{count}}개",
    safe_other: "서버에 안전하게 {{count}}개",
    captioned_one: "자막 완료 {{count}}개",
    captioned_other: "자막 완료 {{count}}개",
    refused_one: "받아들여지지 않은 것 {{count}}개",
    refused_other: "받아들여지지 않은 것 {{count}}개",
    deleted_one: "서버에서 삭제된 것 {{count}}개",
    deleted_other: "서버에서 삭제된 것 {{count}}개",
  },
};
