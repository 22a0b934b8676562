/* A part of what one says of oneself: loaded, changed, saved. */
import type { ComponentChildren } from 'preact';
import { api, type FieldErrors } from '../core/api';
import { forget, useLoad } from '../core/load';
import type { Own } from '../core/types';
import { t } from '../core/words';
import { Form, type FormValues } from './Form';
import { ErrorState } from './State';
import { tell } from './Toast';

interface Props {
	button: string;
	/* What is sent of what was given. */
	body?: (values: FormValues) => object;
	saved?: (own: Own) => void;
	children: (own: Own, errors: FieldErrors) => ComponentChildren;
}

export function OwnForm({ button, body = (values) => values,
	saved = () => undefined, children }: Props) {
	const { data, error, again } = useLoad<Own>('users/me');
	const own = data.value;
	if (error.value && !own)
		return <ErrorState error={error.value} again={again} />;
	if (!own)
		return <p aria-busy="true" />;
	const send = async (values: FormValues) => {
		saved(await api<Own>('PATCH', 'users/me', { body: body(values) }));
		forget('users/me');
		tell(t('settings.saved'));
	};
	return <Form button={button} send={send}>
		{(errors) => children(own, errors)}
	</Form>;
}
