import { expect, it } from 'vitest';
import { programEnvironment } from '#node/programs/program-environment.ts';

it.skipIf(process.platform === 'win32')(
  'passes on no entry of a search path that means the folder a program runs in [S-NODE-3]',
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

it.skipIf(process.platform === 'win32')('passes on nothing that an AppImage has added for itself [S-NODE-4]', () => {
  const passed = programEnvironment({
    APPDIR: '/tmp/.mount_a',
    APPIMAGE: '/home/me/a.AppImage',
    ARGV0: './a.AppImage',
    OWD: '/home/me',
    PATH: '/tmp/.mount_a:/tmp/.mount_a/usr/sbin:/usr/bin',
    LD_LIBRARY_PATH: '/tmp/.mount_a/usr/lib:',
    XDG_DATA_DIRS: './share/:/tmp/.mount_a/usr/share:/usr/share',
    LD_PRELOAD: '/tmp/.mount_a/x.so:/tmp/.mount_another/y.so',
  });
  expect(passed).toEqual({
    PATH: '/usr/bin',
    XDG_DATA_DIRS: '/usr/share',
    LD_PRELOAD: '/tmp/.mount_another/y.so',
  });
});
