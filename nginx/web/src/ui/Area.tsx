/* Lines of a form: as Field. */
interface Props {
	name: string;
	label: string;
	value: string;
	maxLength: number;
	hint: string;
	errors?: string[] | undefined;
}

export function Area({ name, label, value, maxLength, hint, errors }: Props) {
	const id = `field-${name}`;
	const about = `${id}-${errors?.length ? 'error' : 'hint'}`;
	return <div class="field">
		<label for={id}>{label}</label>
		<textarea id={id} name={name} rows={3} maxLength={maxLength}
			defaultValue={value} aria-describedby={about}
			aria-invalid={errors?.length ? true : undefined} />
		{errors?.length
			? <p class="field-error" id={about}>{errors.join(' ')}</p>
			: <p class="field-hint" id={about}>{hint}</p>}
	</div>;
}
