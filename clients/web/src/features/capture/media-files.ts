const MEDIA_EXTENSIONS =
  /\.(aac|aif|aiff|amr|avi|caf|flac|m4a|m4v|mka|mkv|mov|mp3|mp4|mpeg|mpg|oga|ogg|opus|wav|weba|webm|wma|wmv|3gp)$/i;

export const ACCEPTED_FILES = "audio/*,video/*,.flac,.m4a,.mka,.mkv,.oga,.opus,.amr,.caf";

/** By what the system says, else by the name: many systems know no type for some formats. */
export function isMediaFile(file: Pick<File, "type" | "name">): boolean {
  return /^(audio|video)\//.test(file.type) || MEDIA_EXTENSIONS.test(file.name);
}
