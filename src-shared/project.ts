/** Address of the project: its documents, its releases, and where problems are reported. */
export const PROJECT_URL = 'https://github.com/clawreach/clawreach';
