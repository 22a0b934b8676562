/* What stands where nothing is, and where something failed. */
import type { ComponentChildren } from 'preact';
import { type ApiError } from '../core/api';
import { t } from '../core/words';
import { Button } from './Button';
import { Icon } from './Icon';

interface EmptyProps {
	icon: [string, Record<string, string>][];
	title: string;
	children?: ComponentChildren;
}

export function EmptyState({ icon, title, children }: EmptyProps) {
	return <div class="state">
		<span class="state-icon"><Icon of={icon} size={32} /></span>
		<h2>{title}</h2>
		{children}
	</div>;
}

interface ErrorProps {
	error: ApiError;
	again: () => void;
}

export function ErrorState({ error, again }: ErrorProps) {
	const none = error.status === 404 || error.status === 410;
	return <div class="state" role="alert">
		<h1>{none ? t('missing.title') : t('error.title')}</h1>
		<p>{none ? t('missing.text') : error.message}</p>
		{none ? <a class="button plain" href="/">{t('missing.home')}</a>
			: <Button onClick={again}>{t('retry')}</Button>}
	</div>;
}
