/* Buttons: of words, and round ones of a drawing with a hidden name. */
import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { Icon } from './Icon';

type Kind = 'primary' | 'plain' | 'quiet' | 'danger';

interface Props extends Omit<ButtonHTMLAttributes, 'icon'> {
	kind?: Kind;
	busy?: boolean;
	children?: ComponentChildren;
}

export function Button({ kind = 'plain', busy = false, children, ...rest }:
	Props) {
	return <button type="button" {...rest} class={`button ${kind}`}
		aria-disabled={busy || undefined} data-busy={busy || undefined}
		onClick={busy ? (e) => e.preventDefault() : rest.onClick}>
		{children}
	</button>;
}

interface IconProps extends Omit<ButtonHTMLAttributes, 'icon' | 'label'> {
	icon: [string, Record<string, string>][];
	label: string;
	size?: number;
}

export function IconButton({ icon, label, size = 20, ...rest }: IconProps) {
	return <button type="button" title={label} {...rest}
		class={`icon-button ${rest.class ?? ''}`} aria-label={label}>
		<Icon of={icon} size={size} />
	</button>;
}
