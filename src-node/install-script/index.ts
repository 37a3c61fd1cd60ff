export { headlessScript } from './headless-script.ts';
export { releaseFunctions, scriptKeys, type ScriptKey, type ScriptSource } from './release-functions.ts';
