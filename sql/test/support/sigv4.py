# Records what botocore signs: the presigned URL of STS' GetCallerIdentity that an EKS token is made of. Needs botocore.
# python3 sql/test/support/sigv4.py > sql/test/support/sigv4.json, and then prettier.
import datetime
import json
import random

import botocore
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

random.seed(1)
REGIONS = [
    ("eu-west-1", "sts.eu-west-1.amazonaws.com"),
    ("us-east-1", "sts.us-east-1.amazonaws.com"),
    ("cn-north-1", "sts.cn-north-1.amazonaws.com.cn"),
    ("us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"),
]
CLUSTERS = ["prod", "a", "Prod_1-eu", "x" * 100]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
cases = []
for number in range(24):
    region, host = REGIONS[number % len(REGIONS)]
    cluster = CLUSTERS[number // 4 % len(CLUSTERS)]
    key = "AKIA" + "".join(random.choices(LETTERS[:26], k=16))
    secret = "".join(random.choices(LETTERS, k=40))
    session = "".join(random.choices(LETTERS, k=300)) if number % 3 == 0 else None
    moment = datetime.datetime(2020 + number, 1 + number % 12, 1 + number, number, 59 - number, number)
    request = AWSRequest("GET", f"https://{host}/?Action=GetCallerIdentity&Version=2011-06-15", headers={"x-k8s-aws-id": cluster})
    signer = SigV4QueryAuth(Credentials(key, secret, session), "sts", region, expires=60)

    stamp = moment.strftime("%Y%m%dT%H%M%SZ")
    # The clock is botocore's own, so it is told the time.
    import botocore.auth as auth

    class Clock(datetime.datetime):
        @classmethod
        def utcnow(cls):
            return moment

        @classmethod
        def now(cls, tz=None):
            return moment

    if hasattr(auth, "get_current_datetime"):
        auth.get_current_datetime = lambda *args, **kwargs: moment
    else:
        auth.datetime = type("M", (), {"datetime": Clock})
    signer.add_auth(request)
    assert f"X-Amz-Date={stamp}" in request.url, request.url
    cases.append(
        {"region": region, "cluster": cluster, "key": key, "secret": secret, "session": session, "moment": stamp, "url": request.url}
    )
print(json.dumps({"by": f"botocore {botocore.__version__}", "cases": cases}, indent=2))
