export const vocabulary = {
  title: "이름과 용어",
  label: "한 줄에 하나씩",
  hint: "사람, 장소, 과목 이름을 적어 두면 새 녹음의 자막이 더 자주 맞게 나와요. 작은 오프라인 엔진은 이 기능을 쓰지 못해요.",
  save: "저장",
  saved: "저장했어요.",
  count_one: "{{count}}개",
  count_other: "{{count}}개",
  tooMany: "{{most}}개보다 많아요. 몇 개를 지워 주세요.",
  badLength: "쓸 수 없는 항목이에요: “{{term}}”. {{least}}~{{most}}자로 적어 주세요.",
};
