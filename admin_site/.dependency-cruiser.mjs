// Rooms of src, from the top down: a module imports from its own room and from rooms below it.
const ROOMS = [
  "src/main.tsx",
  "src/app/",
  "src/pages/",
  "src/layout/",
  "src/auth/",
  "src/common/",
  "src/i18n/",
  "src/api/",
  "src/config.ts",
];
const anyOf = (paths) => `^(${paths.join("|")})`;

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    ...ROOMS.slice(1).map((room, index) => ({
      name: "no-import-from-a-room-above",
      severity: "error",
      from: { path: `^${room}` },
      to: { path: anyOf(ROOMS.slice(0, index + 1)) },
    })),
    {
      name: "no-import-from-another-page",
      severity: "error",
      from: { path: "^src/pages/([^/]+)/" },
      to: { path: "^src/pages/", pathNot: "^src/pages/$1/" },
    },
    {
      name: "no-module-without-a-room",
      severity: "error",
      from: {},
      to: { path: "^src/", pathNot: anyOf(ROOMS) },
    },
    {
      name: "no-unused-module",
      severity: "error",
      from: { path: "^src/main[.]tsx$" },
      to: { path: "^src/", reachable: false },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    // Imports of types count: they tie modules together for a reader as much as others do.
    tsPreCompilationDeps: true,
  },
};
