const { withAndroidManifest, AndroidConfig } = require("expo/config-plugins");

/**
 * Android refuses plain http unless the manifest allows it, and cannot allow it for private addresses
 * only. The app itself refuses it for every other address: src/shared/server/address.ts.
 */
module.exports = (config) =>
  withAndroidManifest(config, (manifest) => {
    const application = AndroidConfig.Manifest.getMainApplicationOrThrow(manifest.modResults);
    application.$["android:usesCleartextTraffic"] = "true";
    return manifest;
  });
