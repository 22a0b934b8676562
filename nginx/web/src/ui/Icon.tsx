/* A drawing; never the only name of what it stands on. */
import { h } from 'preact';

interface Props {
	of: [string, Record<string, string>][];
	size?: number;
}

export function Icon({ of, size = 24 }: Props) {
	return <svg class="icon" width={size} height={size} viewBox="0 0 24 24"
		aria-hidden="true">
		{of.map(([name, values]) => h(name, values))}
	</svg>;
}
