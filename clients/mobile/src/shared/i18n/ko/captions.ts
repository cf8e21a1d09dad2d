import type { captions as en } from "../en/captions";

export const captions: typeof en = {
  title: "자막",
  speechUnwritten: "[말소리]",
  notice: "괄호 안의 말은 목소리가 어떻게 들리는지 나타내요. 추정일 뿐, 그 사람의 마음은 아니에요.",
  waiting: "녹음하는 동안 여기에 자막이 나와요.",
  coming: "말이 잠시 멈추면 몇 초 뒤에 첫 줄이 나와요.",
  comingLater: "연결이 없어요. 다시 연결되면 자막이 나와요. 녹음은 이 휴대폰에 저장되고 있어요.",
  gone: "이 대화는 휴지통에 있거나 지워졌어요.",
  correctHint: "나에게 어떻게 들렸는지 고쳐요",
  correctTitle: "나에게는 어떻게 들렸나요?",
};
