const path = require("node:path");

const { getDefaultConfig } = require("expo/metro-config");

const config = getDefaultConfig(__dirname);
// The web target's SQLite.
config.resolver.assetExts.push("wasm");
// What both clients share has no packages of its own.
config.watchFolders = [path.resolve(__dirname, "../api")];
config.resolver.nodeModulesPaths = [path.resolve(__dirname, "node_modules")];

module.exports = config;
