import type { notices as en } from "../en/notices";

export const notices: typeof en = {
  title: "알림",
  switch: "녹음의 자막이 준비되면 이 브라우저로 알려 주기",
  hint: "이 페이지를 닫아도 알려 드려요. 알림에는 말한 내용이 들어가지 않아요.",
  unsupported:
    "이 브라우저는 알림을 보여 줄 수 없어요. 아이폰에서는 이 페이지를 홈 화면에 추가해 주세요.",
  blocked: "이 페이지의 알림이 차단되어 있어요. 주소 옆의 자물쇠에서 허용한 뒤 다시 와 주세요.",
  failed: "알림 설정을 바꾸지 못했어요.",
  webhooks: "웹훅",
  webhooksHint:
    "직접 만든 프로그램을 위한 기능이에요. 자막이 준비되면 이 주소를 호출해요. 말한 내용은 보내지 않고, 서명을 붙여요.",
  secretOnce: "서명을 확인할 때 쓰는 비밀 키예요. 지금만 보이니 보관해 주세요.",
  address: "호출할 주소",
  add: "웹훅 추가",
  test: "시험 전송",
  testNamed: "{{url}} 주소로 시험 전송",
  log: "기록",
  logNamed: "{{url}} 주소의 기록",
  remove: "삭제",
  removeNamed: "{{url}} 웹훅 삭제",
  gaveUp: "며칠 동안 응답이 없어서 꺼졌어요. 다시 응답하면 켜 주세요.",
  empty: "아직 보낸 것이 없어요.",
  state: { waiting: "아직 도착하지 않음", sent: "도착함", given_up: "그만둠" },
};
