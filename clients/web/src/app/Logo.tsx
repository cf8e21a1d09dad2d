/** A speech bubble with a line of words and the shape of a voice. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path
        d="M5 4h22a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H15l-7 6v-6H5a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3Z"
        fill="currentColor"
      />
      <path className="logo-voice" d="M8 12v4M12 9.500v9M16 11.500v5M20 8.500v11M24 12.500v3" />
    </svg>
  );
}
