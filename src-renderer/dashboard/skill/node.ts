import type { PlainDeviceView, ProjectView } from '#shared/platform/index.ts';

/** OpenClaw node, or another plain device, of one of the projects. */
export type Node = Readonly<{ project: ProjectView; device: PlainDeviceView }>;
