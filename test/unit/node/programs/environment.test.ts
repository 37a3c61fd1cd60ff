import { expect, it } from 'vitest';
import { programEnvironment } from '#node/programs/environment.ts';

it.skipIf(process.platform === 'win32')(
  'passes on no entry of a search path that means the folder a program runs in',
  () => {
    const passed = programEnvironment({
      PATH: ':/usr/bin:.:bin:/bin:',
      LD_LIBRARY_PATH: ':/opt/lib',
      PYTHONPATH: '.',
      PERL5LIB: 'lib:/opt/perl',
      LD_PRELOAD: './evil.so libfaketime.so.1 /opt/a.so',
      NOTES: 'a:.:b',
    });
    expect(passed).toEqual({
      PATH: '/usr/bin:/bin',
      LD_LIBRARY_PATH: '/opt/lib',
      PERL5LIB: '/opt/perl',
      LD_PRELOAD: 'libfaketime.so.1:/opt/a.so',
      NOTES: 'a:.:b',
    });
  },
);
