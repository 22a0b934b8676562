/* Drawings that the build makes modules of; see build.mjs. */
declare module 'icon:*' {
	const shapes: [string, Record<string, string>][];
	export default shapes;
}
