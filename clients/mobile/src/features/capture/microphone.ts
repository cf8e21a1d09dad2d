import {
  AudioModule,
  requestNotificationPermissionsAsync,
  requestRecordingPermissionsAsync,
  setAudioModeAsync,
} from "expo-audio";
import type { AudioRecorder, AudioStream, RecordingOptions } from "expo-audio";
import { File } from "expo-file-system";
import { Platform } from "react-native";

import { MicrophoneError } from "./pcm-source";
import type { PcmSource } from "./pcm-source";

/** What speech recognition hears; more would be thrown away by it. */
const SAMPLE_RATE_HZ = 16_000;

/**
 * Android lets an app hear in the background only while a foreground service runs, and expo-audio runs one for its
 * recorder, not for its stream. So a recorder of the smallest kind runs beside the stream; its file is thrown away.
 */
const GUARD: RecordingOptions = {
  extension: ".3gp",
  sampleRate: 8_000,
  numberOfChannels: 1,
  bitRate: 12_200,
  android: { outputFormat: "3gp", audioEncoder: "amr_nb" },
  ios: {
    audioQuality: 0,
    linearPCMBitDepth: 16,
    linearPCMIsBigEndian: false,
    linearPCMIsFloat: false,
  },
  web: {},
};

class PhoneMicrophone implements PcmSource {
  worksInBackground = false;
  private stream: AudioStream | null = null;
  private guard: AudioRecorder | null = null;

  async start(onPcm: (pcm: Int16Array, sampleRate_hz: number) => void): Promise<void> {
    const { granted } = await requestRecordingPermissionsAsync();
    if (!granted) throw new MicrophoneError("permission_denied");
    await this.prepareBackground();
    const stream = new AudioModule.AudioStream({
      sampleRate: SAMPLE_RATE_HZ,
      channels: 1,
      encoding: "int16",
    });
    stream.addListener("audioStreamBuffer", ({ data, sampleRate }) => {
      onPcm(new Int16Array(data.slice(0)), sampleRate);
    });
    try {
      await stream.start();
    } catch (error) {
      stream.release();
      await this.endGuard();
      throw new MicrophoneError("microphone_busy", { cause: error });
    }
    this.stream = stream;
  }

  async stop(): Promise<void> {
    this.stream?.stop();
    this.stream?.removeAllListeners("audioStreamBuffer");
    this.stream?.release();
    this.stream = null;
    await this.endGuard();
  }

  /** Without it the recording runs all the same, while the app is in front. */
  private async prepareBackground(): Promise<void> {
    const isAndroid = Platform.OS === "android";
    try {
      if (isAndroid && !(await requestNotificationPermissionsAsync()).granted) {
        this.worksInBackground = false;
        await setAudioModeAsync({ allowsRecording: true });
        return;
      }
      await setAudioModeAsync({
        allowsRecording: true,
        allowsBackgroundRecording: true,
        playsInSilentMode: true,
      });
      if (isAndroid) await this.beginGuard();
      this.worksInBackground = true;
    } catch {
      this.worksInBackground = false;
      await this.endGuard();
    }
  }

  private async beginGuard(): Promise<void> {
    const guard = new AudioModule.AudioRecorder(GUARD);
    this.guard = guard;
    await guard.prepareToRecordAsync();
    guard.record();
  }

  private async endGuard(): Promise<void> {
    const { guard } = this;
    this.guard = null;
    if (guard === null) return;
    await guard.stop().catch(() => undefined);
    const { uri } = guard;
    guard.release();
    if (uri !== null) {
      const file = new File(uri);
      if (file.exists) file.delete();
    }
  }
}

export function openMicrophone(): PcmSource {
  return new PhoneMicrophone();
}
