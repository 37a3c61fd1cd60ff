import shell from './dashboard/shell.json' with { type: 'json' };
import auth from './dashboard/auth.json' with { type: 'json' };
import devices from './dashboard/devices.json' with { type: 'json' };
import projects from './dashboard/projects.json' with { type: 'json' };
import project from './dashboard/project.json' with { type: 'json' };
import people from './dashboard/people.json' with { type: 'json' };
import account from './dashboard/account.json' with { type: 'json' };
import guest from './dashboard/guest.json' with { type: 'json' };
import skill from './dashboard/skill.json' with { type: 'json' };
import docs from './dashboard/docs.json' with { type: 'json' };
import notices from './dashboard/notices.json' with { type: 'json' };
import installed from './dashboard/installed.json' with { type: 'json' };
import plainTerminal from './dashboard/plain-terminal.json' with { type: 'json' };
import general from './errors/general.json' with { type: 'json' };
import passkeys from './errors/passkeys.json' with { type: 'json' };
import platform from './errors/platform.json' with { type: 'json' };
import page from './page.json' with { type: 'json' };
import ui from './ui.json' with { type: 'json' };
import type { Catalogue } from '../catalogue.ts';

/** Texts of the dashboard in Chinese, one file per area. Loaded by `loadDashboardTexts`. */
export function chineseDashboard(): Catalogue {
  return {
    texts: {
      ...shell,
      ...auth,
      ...devices,
      ...projects,
      ...project,
      ...people,
      ...account,
      ...guest,
      ...skill,
      ...docs,
      ...installed,
      ...plainTerminal,
      ...notices,
      ...page,
      ...ui,
    },
    errors: { ...general, ...passkeys, ...platform },
  };
}
