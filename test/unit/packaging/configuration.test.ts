import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const require = createRequire(import.meta.url);

/** electron-builder's own reading of a configuration, and its own property lists. */
const { validateConfiguration } = require('app-builder-lib/out/util/config/config') as {
  validateConfiguration(this: void, config: unknown, debug: Readonly<{ isEnabled: boolean }>): Promise<void>;
};
const { parse } = require('plist') as { parse(this: void, text: string): Record<string, unknown> };

type Configuration = Readonly<{
  asar: boolean;
  asarUnpack: readonly string[];
  electronFuses: Readonly<Record<string, boolean>>;
  electronLanguages: readonly string[];
  protocols: readonly Readonly<{ schemes: readonly string[] }>[];
  extraResources: readonly Readonly<{ from: string; to: string }>[];
  mac: Readonly<Record<string, unknown>>;
  win: Readonly<Record<string, unknown>>;
  nsis: Readonly<Record<string, unknown>>;
  linux: Readonly<Record<string, unknown>>;
  deb: Readonly<Record<string, unknown>>;
  rpm: Readonly<Record<string, unknown>>;
}>;

const config = load(read('electron-builder.yml')) as Configuration;

describe('the configuration of electron-builder', () => {
  it('is one that it takes, and a word that it does not know is refused', async () => {
    const debug = { isEnabled: false };
    await expect(validateConfiguration(structuredClone(config), debug)).resolves.toBeUndefined();
    await expect(validateConfiguration({ ...config, asarUnpak: [] }, debug)).rejects.toThrow('asarUnpak');
  });

  it('sets every fuse that electron-builder knows [S-APP-7]', () => {
    const scheme = JSON.parse(read('node_modules/app-builder-lib/scheme.json')) as {
      definitions: { FuseOptionsV1: { properties: Record<string, unknown> } };
    };
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      enableCookieEncryption: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
    const { resetAdHocDarwinSignature: _, ...known } = scheme.definitions.FuseOptionsV1.properties;
    expect(Object.keys(config.electronFuses).sort()).toEqual(Object.keys(known).sort());
  });

  it('puts everything into the archive but libraries with native parts, and the command beside it', () => {
    expect(config.asar).toBe(true);
    expect(config.asarUnpack).toEqual(['node_modules/**']);
    expect(config.extraResources).toEqual([{ from: 'release/command', to: 'command' }]);
  });

  it('opens the links of pairing and has a package of each kind', () => {
    expect(config.protocols.flatMap(({ schemes }) => schemes)).toEqual(['clawreach']);
    expect([config.mac['target'], config.win['target'], config.linux['target']]).toEqual([
      ['dmg', 'zip'],
      ['nsis', 'portable'],
      ['AppImage', 'deb', 'rpm'],
    ]);
  });

  it('hardens the application on macOS: it may compile and ask for the camera, and nothing else', () => {
    expect(config.mac).toMatchObject({ hardenedRuntime: true, notarize: true });
    for (const name of ['entitlements', 'entitlementsInherit']) {
      expect(parse(read(String(config.mac[name])))).toEqual({
        'com.apple.security.cs.allow-jit': true,
        'com.apple.security.device.camera': true,
      });
    }
  });

  it('tells macOS why it looks around on the network, and for what', () => {
    const { NSLocalNetworkUsageDescription, NSBonjourServices, NSCameraUsageDescription } = config.mac[
      'extendInfo'
    ] as Record<string, unknown>;
    expect(String(NSLocalNetworkUsageDescription).length).toBeGreaterThan(20);
    expect(String(NSCameraUsageDescription).length).toBeGreaterThan(20);
    expect(NSBonjourServices).toEqual(['_clawreach._tcp', '_openclaw-gw._tcp']);
  });

  it('names files that are there', () => {
    const named = [
      config.mac['icon'],
      config.win['icon'],
      config.linux['icon'],
      config.nsis['include'],
      ...[config.deb, config.rpm].flatMap(({ afterInstall, afterRemove }) => [afterInstall, afterRemove]),
    ].map(String);
    expect(named.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
  });

  it('leaves the name of the command to the command', () => {
    expect(config.linux['executableName']).toBe('clawreach-desktop');
    const install = read('build/linux/after-install.tpl');
    expect(install).toContain('link "$folder/resources/command/clawreach" /usr/bin/clawreach\n');
  });

  it('names the tools of Windows by their place in the installer, beside which others may have put programs [S-APP-7]', () => {
    const tools = [...read('build/windows/installer.nsh').matchAll(/nsExec::Exec '(\S+)/g)].map(([, tool]) => tool);
    expect(tools.length).toBeGreaterThan(0);
    expect(tools.filter((tool) => tool?.startsWith(String.raw`"$SYSDIR\WindowsPowerShell`) !== true)).toEqual([]);
  });
});
