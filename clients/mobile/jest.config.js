/** @type {import("jest").Config} */
module.exports = {
  preset: "jest-expo",
  // The first render loads React Native: on a busy machine that alone takes seconds.
  testTimeout: 60_000,
  testMatch: ["<rootDir>/tests/**/*.test.{ts,tsx}"],
  setupFilesAfterEnv: ["<rootDir>/tests/setup.ts"],
  moduleNameMapper: {
    "^@/(.*)$": "<rootDir>/src/$1",
    "^@tests/(.*)$": "<rootDir>/tests/$1",
    "^@api/(.*)$": "<rootDir>/../api/src/$1",
  },
  // What both clients share has no packages of its own.
  modulePaths: ["<rootDir>/node_modules"],
};
