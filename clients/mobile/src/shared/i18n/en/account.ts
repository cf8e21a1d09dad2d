export const account = {
  signInTitle: "Sign in",
  signUpTitle: "Create account",
  server: "Server",
  serverHint: "The address of your RecognitionHelpers server, such as captions.example.org.",
  address: {
    empty: "Type the address of your server. Whoever runs it knows it.",
    malformed:
      "This is not an address. Take one such as captions.example.org or 192.168.0.10:8000.",
    needsHttps:
      "Only a server in your own network may be used without https. Type the address with https://.",
  },
  email: "E-mail",
  password: "Password",
  passwordHint: "At least 8 characters.",
  code: "Code",
  codeHint: "From your authenticator app, or one of your recovery codes.",
  noAccount: "New here? Create an account",
  haveAccount: "I have an account already",
  hasEnded: "You were signed out. Sign in again: your recordings are safe on this phone.",
};
