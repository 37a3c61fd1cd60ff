import { describe, expect, it } from 'vitest';
import { personsEnvironment } from '../../../../src-main/desktop/pty-host/environment.ts';

describe('the variables of a shell', () => {
  it('are without what Electron has set in its own process, and with what the person has set by that name', () => {
    const current = { HOME: '/home/mira', GDK_BACKEND: 'x11', CHROME_DESKTOP: 'clawreach.desktop' };
    expect(personsEnvironment(current, 'HOME=/home/mira\0GDK_BACKEND=wayland\0')).toEqual({
      HOME: '/home/mira',
      GDK_BACKEND: 'x11',
    });
    expect(personsEnvironment(current, undefined)).toEqual({ HOME: '/home/mira' });
  });

  it('are without the folders of an AppImage, so that its programs find their own libraries', () => {
    const image = '/tmp/.mount_ClawRe1a2b3c';
    const current = {
      APPIMAGE: '/home/mira/ClawReach.AppImage',
      APPDIR: image,
      ARGV0: './ClawReach.AppImage',
      OWD: '/home/mira',
      PATH: `${image}:${image}/usr/sbin:/usr/local/bin:/usr/bin`,
      LD_LIBRARY_PATH: `${image}/usr/lib:`,
      XDG_DATA_DIRS: `${image}/usr/share/:/usr/share/gnome:/usr/share`,
      GSETTINGS_SCHEMA_DIR: `${image}/usr/share/glib-2.0/schemas`,
      NEAR: `${image}x/bin`,
      EMPTY: '',
    };
    expect(personsEnvironment(current, undefined)).toEqual({
      PATH: '/usr/local/bin:/usr/bin',
      XDG_DATA_DIRS: '/usr/share/gnome:/usr/share',
      NEAR: `${image}x/bin`,
      EMPTY: '',
    });
  });

  it('keep a variable by the name of an AppImage where there is none', () => {
    const current = { APPDIR: '/srv/app', PATH: '/srv/app/bin:/usr/bin' };
    expect(personsEnvironment(current, undefined)).toEqual(current);
  });
});
