/*
 * A form that is sent to the API: its values are kept when it fails, what is
 * wrong stands at its field, and the focus goes to the first of them.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { asApiError, type FieldErrors } from '../core/api';
import { Button } from './Button';

export type FormValues = Record<string, string>;

interface Props {
	button: string;
	send: (values: FormValues) => Promise<unknown>;
	children: (errors: FieldErrors) => ComponentChildren;
	/* Fields of the API that have another name here. */
	names?: Record<string, string>;
	after?: ComponentChildren;
}

export function Form({ button, send, children, names = {}, after }: Props) {
	const form = useRef<HTMLFormElement>(null);
	const errors = useSignal<FieldErrors>({});
	const whole = useSignal('');
	const busy = useSignal(false);
	const submit = async (e: Event) => {
		e.preventDefault();
		if (!form.current || busy.value)
			return;
		busy.value = true;
		errors.value = {};
		whole.value = '';
		const data = new FormData(form.current);
		const values: FormValues = {};
		data.forEach((value, name) => { values[name] = String(value); });
		try {
			await send(values);
			forgetSecrets(form.current);
		} catch (failure) {
			const error = asApiError(failure);
			const found: FieldErrors = {};
			for (const [name, why] of Object.entries(error.fields))
				found[names[name] ?? name] = why;
			errors.value = found;
			whole.value = known(form.current, found) ? '' : error.message;
		}
		busy.value = false;
	};
	useLayoutEffect(() => {
		form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
	}, [errors.value]);
	return <form ref={form} class="form" noValidate onSubmit={submit}>
		{whole.value && <p class="form-error" role="alert">{whole.value}</p>}
		{children(errors.value)}
		<Button kind="primary" type="submit" busy={busy.value}>{button}</Button>
		{after}
	</form>;
}

/* What was sent and taken is needed no more. */
function forgetSecrets(form: HTMLFormElement | null): void {
	form?.querySelectorAll<HTMLInputElement>('input[type=password]')
		.forEach((field) => { field.value = ''; });
}

function known(form: HTMLFormElement, errors: FieldErrors): boolean {
	const names = Object.keys(errors);
	return names.length > 0 &&
		names.every((name) => form.elements.namedItem(name) !== null);
}
