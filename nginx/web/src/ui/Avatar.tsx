/* A person's picture, or the first letter of the name on a colour of its own. */
interface Props {
	name: string;
	size: number;
	picture?: string | null;
}

export function Avatar({ name, size, picture }: Props) {
	const box = { width: `${size}px`, height: `${size}px`,
		fontSize: `${Math.round(size * 0.46)}px` };
	if (picture)
		return <img class="avatar" style={box} src={picture} alt="" />;
	return <span class="avatar" data-hue={hueOf(name)} style={box}
		aria-hidden="true">{[...name][0]?.toUpperCase()}</span>;
}

function hueOf(name: string): number {
	let sum = 0;
	for (const letter of name)
		sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997;
	return sum % 8;
}
