import type { capture as en } from "../en/capture";

export const capture: typeof en = {
  start: "녹음 시작",
  stop: "녹음 끝내기",
  preparing: "마이크를 기다리는 중…",
  saving: "저장하는 중…",
  idleHint: "누르고, 말하고, 다시 누르세요. 말하는 동안 자막이 나와요.",
  recordingHint: "녹음하고 있어요. 말하는 대로 이 휴대폰에 바로 저장돼요.",
  interrupted:
    "전화 등으로 마이크를 쓸 수 없게 되었어요. 녹음한 것은 저장되어 있고, 저절로 이어져요.",
  foregroundOnly:
    "이 앱을 열어 두세요. 화면이 잠기면 녹음할 수 없어요. 안드로이드에서는 알림을 허용하면 계속 녹음해요.",
  storageFailed:
    "휴대폰에 녹음을 저장할 수 없어요. 저장 공간이 가득 찼나요? 공간을 비우고 다시 녹음해 주세요.",
  elapsed: "지금까지 녹음한 시간: {{time}}",
  recovered_one: "끝내지 못한 녹음 {{count}}개를 찾았어요. 지금 보내요.",
  recovered_other: "끝내지 못한 녹음 {{count}}개를 찾았어요. 지금 보내요.",
  problem: {
    permission_denied: "마이크를 쓸 수 없어요. 휴대폰 설정에서 허용한 뒤 버튼을 다시 눌러 주세요.",
    no_microphone: "마이크를 찾지 못했어요. 마이크를 연결한 뒤 버튼을 다시 눌러 주세요.",
    microphone_busy: "마이크가 켜지지 않아요. 다른 앱이 쓰고 있을 수 있어요.",
  },
};
