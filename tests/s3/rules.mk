# Pictures in a bucket, on a real S3 server (swift.py).

.PHONY: test-s3
test-s3: all
	/usr/bin/python3 -m pytest -q -p no:cacheprovider tests/s3
