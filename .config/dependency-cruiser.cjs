/** The import rules of the code: what may know what. See "Where things live" in README. */
const core = "^src/(errors|gap|world|settings|masking|json)\\.ts$";
const nodeBuiltin = { dependencyTypes: ["core"] };

module.exports = {
	forbidden: [
		{
			name: "no-circular",
			severity: "error",
			from: {},
			to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
		},
		{
			name: "not-to-unresolvable",
			severity: "error",
			from: {},
			to: { couldNotResolve: true },
		},
		{
			name: "core-stands-alone",
			severity: "error",
			from: { path: core },
			to: { path: "^src/", pathNot: core },
		},
		{
			name: "run-types-know-the-core-only",
			severity: "error",
			from: { path: "^src/runs/(run|run-source)\\.ts$" },
			to: {
				path: "^src/",
				pathNot: [core, "^src/runs/(run|run-source)\\.ts$"],
			},
		},
		{
			name: "evidence-knows-types-of-runs-notes-repository",
			severity: "error",
			from: { path: "^src/evidence/" },
			to: {
				path: "^src/",
				pathNot: [
					core,
					"^src/evidence/",
					"^src/statistics/",
					"^src/runs/(run|curve)\\.ts$",
					"^src/notes/((note|user-day|in-span)\\.ts$|said/)",
					"^src/repository/commit\\.ts$",
				],
			},
		},
		{
			name: "what-notes-say-stands-alone",
			severity: "error",
			from: { path: "^src/notes/said/" },
			to: { path: "^src/", pathNot: [core, "^src/notes/said/"] },
		},
		{
			name: "claims-know-evidence",
			severity: "error",
			from: { path: "^src/claims/" },
			to: {
				path: "^src/",
				pathNot: [
					core,
					"^src/claims/",
					"^src/evidence/",
					"^src/statistics/",
					"^src/runs/(run|curve)\\.ts$",
					"^src/notes/note\\.ts$",
				],
			},
		},
		{
			name: "documents-know-the-core",
			severity: "error",
			from: { path: "^src/documents/" },
			to: {
				path: "^src/",
				pathNot: [
					core,
					"^src/documents/",
					"^src/claims/",
					"^src/evidence/",
					"^src/statistics/",
					"^src/runs/(run|curve)\\.ts$",
					"^src/notes/(note|split-sentences)\\.ts$",
					"^src/repository/commit\\.ts$",
					"^src/render/",
				],
			},
		},
		{
			name: "render-is-pure",
			severity: "error",
			from: { path: "^src/render/" },
			to: {
				path: "^(src/(runs/sources|models|stores|cli|narrate)|node_modules/(handlebars|marked))",
			},
		},
		{
			name: "pure-folders-touch-no-world",
			severity: "error",
			from: { path: "^src/(evidence|claims|documents|render|notes/said)/" },
			to: { ...nodeBuiltin, pathNot: "^(node:)?crypto$" },
		},
		{
			name: "adapters-do-not-know-each-other",
			severity: "error",
			from: {
				path: "^src/(runs/sources/[^/]+|models|stores|notes|repository)/?",
			},
			to: {
				path: "^src/(cli|narrate|documents|render)",
				pathNot: "^src/documents/document\\.ts$",
			},
		},
		{
			name: "adapters-do-not-know-other-kinds-of-adapter",
			severity: "error",
			from: { path: "^src/(runs/sources|models|stores|notes|repository)/" },
			to: {
				path: "^src/(runs/sources|models|stores)/",
				pathNot: "^src/$1/",
			},
		},
		{
			name: "only-the-core-and-the-steps-stand-at-the-root",
			severity: "error",
			from: { path: "^src/[^/]+\\.ts$", pathNot: [core, "^src/narrate\\.ts$"] },
			to: { path: "^src/" },
		},
		{
			name: "source-knows-no-other-source",
			severity: "error",
			from: { path: "^src/runs/sources/([^/]+)" },
			to: { path: "^src/runs/sources/", pathNot: "^src/runs/sources/$1" },
		},
		{
			name: "steps-know-ports-never-adapters",
			severity: "error",
			from: { path: "^src/narrate\\.ts$" },
			to: {
				path: "^src/(cli|runs/sources|runs/registry|models/(anthropic|openai|registry)|stores/(directory|registry))",
			},
		},
		{
			name: "verifying-knows-no-adapter",
			severity: "error",
			from: { path: "^src/verify/" },
			to: {
				path: "^(src/(cli|models|runs/sources|stores/(directory|registry|lock|atomic))|node_modules/(handlebars|marked))",
			},
		},
		{
			name: "only-the-command-line-reads-registries",
			severity: "error",
			from: { path: "^src/", pathNot: "^src/cli/" },
			to: { path: "/registry\\.ts$", pathNot: "^src/documents/" },
		},
		...[
			["openai", "^src/models/openai"],
			["@anthropic-ai/sdk", "^src/models/anthropic"],
			["handlebars", "^src/cli/template-engine\\.ts$"],
			["marked", "^src/cli/markdown-parser\\.ts$|^src/render/terminal\\.ts$"],
			["commander", "^src/cli/program\\.ts$|^src/cli/commands/"],
		].map(([name, path]) => ({
			name: `${name.replace(/\W+/g, "-")}-in-one-place`,
			severity: "error",
			from: { path: "^src/", pathNot: path },
			to: { path: `^node_modules/${name}/` },
		})),
	],
	options: {
		doNotFollow: { path: "node_modules" },
		tsConfig: { fileName: "tsconfig.json" },
		tsPreCompilationDeps: true,
		enhancedResolveOptions: {
			conditionNames: ["import", "node", "default", "types"],
			exportsFields: ["exports"],
		},
	},
};
