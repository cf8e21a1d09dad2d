import type { errors as en } from "../en/errors";

export const errors: typeof en = {
  audio_empty: "파일이 비어 있어요. 다시 녹음하거나 다른 파일을 골라 주세요.",
  audio_unreadable:
    "소리로 읽을 수 없는 파일이에요. 음성이나 영상 파일이 맞나요? 다른 파일로 해 보세요.",
  audio_no_sound_track: "이 영상에는 소리가 없어요. 소리가 있는 파일을 골라 주세요.",
  audio_too_long: "녹음이 너무 길어요. 짧게 나누어 주세요.",
  audio_checksum_mismatch:
    "저장된 소리가 손상되었어요. 다시 시도하고, 그래도 안 되면 파일을 새로 보내 주세요.",
  audio_unavailable: "소리를 가져오지 못했어요. 잠시 뒤 다시 시도해 주세요.",
  audio_url_expired: "차례를 너무 오래 기다렸어요. 다시 시도해 주세요.",
  out_of_memory: "컴퓨터의 메모리가 부족했어요. 나중에, 또는 더 짧게 나누어 다시 시도해 주세요.",
  inference_failed: "듣는 동안 문제가 생겼어요. 다시 시도해 주세요.",
  worker_lost: "듣고 있던 컴퓨터가 멈췄어요. 다시 시도해 주세요.",
  unit_timed_out: "듣는 데 너무 오래 걸렸어요. 나중에 다시 시도해 주세요.",
  contract_mismatch: "서버 안의 버전이 서로 달라요. 서버를 운영하는 사람에게 알려 주세요.",
  recording_too_large: "이 서버가 받기에는 파일이 너무 커요. 짧게 나누어 주세요.",
  storage_full: "서버에 남은 공간이 없어요. 서버를 운영하는 사람에게 알린 뒤 다시 보내 주세요.",
  storage_unavailable:
    "서버가 저장소에 연결하지 못하고 있습니다. 녹음은 여기에 그대로 있으니 나중에 다시 보내 주세요.",
  recording_deleted: "다른 기기에서 이미 삭제한 녹음이에요.",
  recording_id_reused:
    "같은 번호의 다른 녹음이 이미 있어요. 소리를 저장한 뒤 파일로 추가해 주세요.",
  throttled: "요청이 너무 많아요. 잠시 기다린 뒤 다시 시도해 주세요.",
  analysis_state: "그사이 상태가 바뀌어서 지금은 할 수 없어요.",
  permission_denied: "서버가 거절했어요. 화면을 다시 불러온 뒤 시도해 주세요.",
  network: "서버에 연결하지 못했어요. 연결을 확인하고 다시 시도해 주세요.",
  server_error: "서버에 문제가 있었어요. 잠시 뒤 다시 시도해 주세요.",
  not_found: "이제 없는 항목이에요.",
  not_authenticated: "로그아웃되었어요. 다시 로그인해 주세요.",
  email_password_mismatch: "이메일이나 비밀번호가 맞지 않아요.",
  too_many_login_attempts: "너무 많이 시도했어요. 몇 분 뒤에 다시 해 주세요.",
  email_taken: "이 이메일로 만든 계정이 있어요. 로그인해 주세요.",
  email_verification_pending: "이메일을 보냈어요. 그 안의 링크를 연 뒤 로그인해 주세요.",
  invalid: "서버가 받아들이지 않았어요.",
  invalid_email: "name@example.org처럼 이메일 주소 전체를 적어 주세요.",
  required: "이 칸을 채워 주세요.",
  password_too_short: "비밀번호가 너무 짧아요. 8자 이상으로 해 주세요.",
  password_too_common: "널리 알려져 쉽게 맞힐 수 있는 비밀번호예요. 다른 것으로 해 주세요.",
  password_entirely_numeric: "숫자만으로는 비밀번호를 만들 수 없어요.",
  password_too_similar: "비밀번호가 이메일과 너무 비슷해요. 다른 것으로 해 주세요.",
  unknown: "문제가 생겼어요. 다시 시도해 주세요.",
};
