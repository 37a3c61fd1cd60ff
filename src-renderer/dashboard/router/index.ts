export { Link, type LinkProps } from './link.tsx';
export { currentRoute, goTo, pageBefore, RouteContext, useRoute } from './location.ts';
export {
  addressOf,
  isPlainDevice,
  isPublic,
  PROJECT_TABS,
  routeOf,
  safeNext,
  SETTINGS_TABS,
  type ProjectTab,
  type Route,
  type SettingsTab,
} from './routes.ts';
