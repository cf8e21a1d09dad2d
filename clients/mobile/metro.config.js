const { getDefaultConfig } = require("expo/metro-config");

const config = getDefaultConfig(__dirname);
// The web target's SQLite.
config.resolver.assetExts.push("wasm");

module.exports = config;
