/* One line of a form: its label, the input, and what is wrong with it. */
import type { InputHTMLAttributes } from 'preact';

interface Props extends Omit<InputHTMLAttributes, 'label'> {
	name: string;
	label: string;
	/* Where two fields of a page have the same name. */
	id?: string;
	errors?: string[] | undefined;
	hint?: string;
}

export function Field({ name, label, errors, hint,
	id = `field-${name}`, ...rest }: Props) {
	const about = errors?.length ? `${id}-error` : hint ? `${id}-hint` : undefined;
	return <div class="field">
		<label for={id}>{label}</label>
		<input {...rest} id={id} name={name}
			aria-invalid={errors?.length ? true : undefined}
			aria-describedby={about} />
		{errors?.length
			? <p class="field-error" id={`${id}-error`}>{errors.join(' ')}</p>
			: hint && <p class="field-hint" id={`${id}-hint`}>{hint}</p>}
	</div>;
}
